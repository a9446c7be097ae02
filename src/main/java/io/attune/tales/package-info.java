/**
 * The text of the bundled model and of the demo, all of it made here: a grammar of little stories, which the base model is trained
 * on ({@link io.attune.tales.TalesCorpus}), a grammar of rhymed verse about the same things, which the demo tunes it to
 * ({@link io.attune.tales.DemoData}), and the judge that says how much of an answer rhymes ({@link io.attune.tales.VerseJudge}).
 *
 * <p>The words, sentences and rimes are the text files beside the classes. The same seed gives the same text.
 */
package io.attune.tales;

/**
 * Makes the text of the bundled model and of the demo, and judges the demo's answers.
 *
 * <p>In flow order: {@link io.attune.tales.TalesCorpus}, the entry, writes little stories from a grammar; the base
 * model is trained on them. {@link io.attune.tales.DemoData} writes rhymed verse about the same things from a second
 * grammar; the demo tunes the model to it. {@link io.attune.tales.VerseJudge} measures how much of an answer rhymes.
 *
 * <p>The words, sentences and rimes are in the text files beside the classes. The same seed gives the same text.
 */
package io.attune.tales;

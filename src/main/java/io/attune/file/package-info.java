/**
 * OpenAI's Files endpoints: uploads stream into the artifact store, the structure of every row is checked before a file is accepted.
 */
package io.attune.file;

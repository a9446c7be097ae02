/**
 * The part of Jinja2 that chat templates use, as Hugging Face transformers sets it up: {@link
 * io.attune.text.template.Lexer} makes tokens of the source, {@link io.attune.text.template.Parser} makes a tree of
 * {@link io.attune.text.template.Expression} and {@link io.attune.text.template.Statement}, {@link
 * io.attune.text.template.Interpreter} renders it under a {@link io.attune.text.template.Budget}. What is not built is
 * refused by name and line; nothing is approximated.
 */
package io.attune.text.template;

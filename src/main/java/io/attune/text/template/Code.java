package io.attune.text.template;

/** A compiled expression. */
interface Code {

    Object value(Frame frame);
}

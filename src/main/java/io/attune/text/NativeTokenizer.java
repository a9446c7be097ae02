package io.attune.text;

import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.LibUtils;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;

/**
 * One tokenizer in the memory of the native library. Copies no more data than the answer needs. Safe for use by
 * several threads; {@link #close} waits for running calls.
 */
final class NativeTokenizer implements AutoCloseable {

    private static final TokenizersLibrary LIBRARY = TokenizersLibrary.LIB;

    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private long handle; // 0: closed

    /**
     * @param json the text of a tokenizer.json
     * @throws RuntimeException if the library cannot create a tokenizer from it; the message gives the reason
     */
    NativeTokenizer(String json) {
        LibUtils.checkStatus();
        handle = LIBRARY.createTokenizerFromString(json);
    }

    /** Returns the ids of {@code text}. */
    int[] ids(String text) {
        return encode(text, false, encoding -> ints(LIBRARY.getTokenIds(encoding)));
    }

    /** Returns the ids of {@code text} and their spans, counted in code points. */
    Spans spans(String text) {
        return encode(
                text,
                false,
                encoding -> new Spans(ints(LIBRARY.getTokenIds(encoding)), LIBRARY.getTokenCharSpans(encoding)));
    }

    /** Returns the ids of {@code text} with those that the post-processor adds, and a 1 for each added id. */
    Marked marked(String text) {
        return encode(
                text,
                true,
                encoding ->
                        new Marked(ints(LIBRARY.getTokenIds(encoding)), ints(LIBRARY.getSpecialTokenMask(encoding))));
    }

    String decode(int[] ids, boolean skipSpecial) {
        long[] wide = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            wide[i] = ids[i];
        }
        Lock use = open();
        try {
            return LIBRARY.decode(handle, wide, skipSpecial);
        } finally {
            use.unlock();
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (handle != 0) {
                LIBRARY.deleteTokenizer(handle);
                handle = 0;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private <T> T encode(String text, boolean addSpecial, LongFunction<T> answer) {
        Lock use = open();
        try {
            long encoding = LIBRARY.encode(handle, text, addSpecial);
            try {
                return answer.apply(encoding);
            } finally {
                LIBRARY.deleteEncoding(encoding);
            }
        } finally {
            use.unlock();
        }
    }

    /** Keeps the tokenizer open until the caller releases the lock. */
    private Lock open() {
        Lock use = lock.readLock();
        use.lock();
        if (handle == 0) {
            use.unlock();
            throw new IllegalStateException("the tokenizer is closed");
        }
        return use;
    }

    private static int[] ints(long[] values) {
        int[] ints = new int[values.length];
        for (int i = 0; i < ints.length; i++) {
            ints[i] = (int) values[i];
        }
        return ints;
    }

    record Spans(int[] ids, CharSpan[] spans) {}

    record Marked(int[] ids, int[] added) {}
}

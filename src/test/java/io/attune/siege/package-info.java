/** The attacks of {@code tools/siege}, on a service of its own, beside a client that means no harm and a job that trains. */
package io.attune.siege;

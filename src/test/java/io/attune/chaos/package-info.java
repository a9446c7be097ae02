/**
 * Kills anything at any time: real service processes, a real PostgreSQL and a real artifact store, disturbed by a drawn schedule of faults
 * ({@code Schedule}, {@code Faults}) while jobs are made ({@code Jobs}) and trained; at the end everything has to be as if nothing had
 * happened ({@code Verdict}). {@code tools/chaos} runs the long form, {@code ChaosTest} a short one.
 */
package io.attune.chaos;

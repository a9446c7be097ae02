/**
 * Tests of what surrounds the program (launcher, image, compose file, Helm chart), and the report of tests that were not run that ends
 * the build's output.
 */
package io.attune.packaging;

/**
 * Which models there are: base models (a scanned folder, each with a manifest; the bundled ones are installed at start) and tuned models.
 */
package io.attune.catalog;

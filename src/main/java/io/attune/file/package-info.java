/**
 * OpenAI's Files and Uploads endpoints. Forms are read as they stream in; a file's bytes are written and hashed as they come, then checked row by row,
 * whether they come at once ({@link io.attune.file.FileController}) or in parts that are put together in the end ({@link
 * io.attune.file.UploadController}). Only then does a short transaction make the file.
 */
package io.attune.file;

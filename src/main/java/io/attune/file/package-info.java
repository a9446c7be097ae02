/**
 * Provides OpenAI's Files and Uploads endpoints. {@link io.attune.file.FileController}, the entry, receives a whole
 * file. {@link io.attune.file.UploadController} receives a file in parts. The flow is: the service reads the form
 * while it streams in, stores and hashes the bytes, assembles the parts if there are any, and checks every row. Then
 * a short transaction registers the file.
 */
package io.attune.file;

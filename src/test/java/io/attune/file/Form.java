package io.attune.file;

import io.attune.ApiClient;
import io.attune.ApiClient.Answer;
import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** A multipart form with bytes in it and, as clients have it, a boundary of its own each time. */
final class Form {

    private final String boundary = UUID.randomUUID().toString();
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();

    Form field(String name, String value) {
        return part("name=\"" + name + "\"", "", value.getBytes(StandardCharsets.UTF_8));
    }

    Form file(String name, String filename, byte[] content) {
        return part(
                "name=\"" + name + "\"; filename=\"" + filename + "\"",
                "Content-Type: application/octet-stream\r\n",
                content);
    }

    /** As OpenAI's Java client sends bytes that come from no file. */
    Form bytes(String name, byte[] content) {
        return part("name=\"" + name + "\"", "Content-Type: application/octet-stream\r\n", content);
    }

    private Form part(String disposition, String headers, byte[] content) {
        write("--" + boundary + "\r\nContent-Disposition: form-data; " + disposition + "\r\n" + headers + "\r\n");
        body.writeBytes(content);
        write("\r\n");
        return this;
    }

    private void write(String text) {
        body.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    Answer post(ApiClient api, String path, String... headers) {
        write("--" + boundary + "--\r\n");
        return api.send(
                "POST",
                path,
                "multipart/form-data; boundary=" + boundary,
                HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()),
                headers);
    }
}

package io.attune.file;

import io.attune.api.ApiException;
import jakarta.servlet.http.HttpServletRequest;
import java.io.Closeable;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.apache.tomcat.util.http.fileupload.FileItemIterator;
import org.apache.tomcat.util.http.fileupload.FileItemStream;
import org.apache.tomcat.util.http.fileupload.FileUpload;
import org.apache.tomcat.util.http.fileupload.InvalidFileNameException;
import org.apache.tomcat.util.http.fileupload.servlet.ServletRequestContext;
import org.springframework.web.multipart.MultipartException;

/**
 * Reads a multipart form with one file while the form streams in. Parts may come in any order. The bytes of the file
 * go to their reader at once.
 *
 * <p>The multipart support of the servlet container does not fit for two reasons. It writes the bytes to disk first.
 * It also takes a part without a filename for a short text in memory. OpenAI's Java client sends bytes as such a part.
 *
 * @param <T> the result of reading the bytes of the file
 */
final class MultipartForm<T extends Closeable> implements Closeable {

    /** Reads the bytes of the file. The stream ends at the end of the part. */
    interface Content<T> {
        T read(InputStream bytes) throws IOException;
    }

    /** The largest size of the file, and the refusal of a larger file. */
    record Limit(long bytes, ApiException exceeded) {}

    private static final int LONGEST_PART_HEADER = 8 << 10;
    private static final int LONGEST_FIELD = 1 << 10;
    /** Bytes allowed for the other parts and the headers of a form. */
    private static final long FORM = 1 << 20;

    private final String filePart;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private String filename;
    private T content;

    private MultipartForm(String filePart) {
        this.filePart = filePart;
    }

    /**
     * @param filePart name of the part with the file
     * @param others names of the other fields of the form
     * @throws ApiException if a part is unknown, repeated or too large, or if the part of the file is a plain form
     *     field
     * @throws MultipartException if the body is no well-formed form, or if it ends early
     */
    static <T extends Closeable> MultipartForm<T> read(
            HttpServletRequest request, String filePart, Set<String> others, Limit limit, Content<T> reader)
            throws IOException {
        if (request.getContentLengthLong() > limit.bytes() + FORM) {
            throw limit.exceeded();
        }
        MultipartForm<T> form = new MultipartForm<>(filePart);
        try {
            form.readParts(request, others, limit, reader);
            return form;
        } catch (IOException | RuntimeException e) {
            form.close();
            throw e;
        }
    }

    private void readParts(HttpServletRequest request, Set<String> others, Limit limit, Content<T> reader)
            throws IOException {
        FileUpload upload = new FileUpload();
        upload.setHeaderEncoding(StandardCharsets.UTF_8.name());
        upload.setPartHeaderSizeMax(LONGEST_PART_HEADER);
        upload.setSizeMax(limit.bytes() + FORM);
        FileItemIterator parts = fromClient(() -> upload.getItemIterator(new ServletRequestContext(request)));
        while (fromClient(parts::hasNext)) {
            FileItemStream part = fromClient(parts::next);
            String name = part.getFieldName();
            InputStream bytes = new FromClient(fromClient(part::openStream));
            if (name.equals(filePart)) {
                readFile(part, new Limited(bytes, limit), reader);
            } else if (others.contains(name)) {
                readField(part, bytes);
            } else {
                throw ApiException.unknownParameter(name);
            }
        }
    }

    private void readFile(FileItemStream part, InputStream bytes, Content<T> reader) throws IOException {
        if (content != null) {
            throw ApiException.invalidValue(
                    filePart, "Send one file at a time: '" + filePart + "' is there more than once.");
        }
        if (part.isFormField() && part.getContentType() == null) { // such as from curl -F without @
            throw ApiException.invalidValue(
                    filePart,
                    "'" + filePart
                            + "' must be a file part, with a filename in its Content-Disposition or a Content-Type,"
                            + " not a form field.");
        }
        filename = nameOf(part);
        content = reader.read(bytes);
    }

    private String nameOf(FileItemStream part) {
        try {
            return part.getName();
        } catch (InvalidFileNameException e) {
            throw Filename.withNul(filePart);
        }
    }

    private void readField(FileItemStream part, InputStream bytes) throws IOException {
        String name = part.getFieldName();
        if (!part.isFormField()) {
            throw ApiException.invalidValue(name, "'" + name + "' must be a form field, not a file.");
        }
        byte[] value = bytes.readNBytes(LONGEST_FIELD + 1);
        if (value.length > LONGEST_FIELD) {
            throw ApiException.invalidValue(name, "'" + name + "' is longer than " + LONGEST_FIELD + " bytes.");
        }
        if (fields.put(name, new String(value, StandardCharsets.UTF_8)) != null) {
            throw ApiException.invalidValue(name, "'" + name + "' is there more than once.");
        }
    }

    /** Returns the value of a field, or null if the field is missing. */
    String field(String name) {
        return fields.get(name);
    }

    /** Returns the name that the client gave the file, or null. */
    String filename() {
        return filename;
    }

    /** @throws ApiException if the form has no file */
    T content() {
        if (content == null) {
            throw ApiException.missingParameter(filePart);
        }
        return content;
    }

    @Override
    public void close() throws IOException {
        if (content != null) {
            content.close();
        }
    }

    private interface Step<R> {
        R run() throws IOException;
    }

    private static <R> R fromClient(Step<R> step) {
        try {
            return step.run();
        } catch (IOException e) {
            throw new MultipartException("The form cannot be read", e);
        }
    }

    /**
     * Reports a failure to read the request as a fault of the client. Such a failure differs from a failure of the
     * store.
     */
    private static final class FromClient extends FilterInputStream {

        FromClient(InputStream in) {
            super(in);
        }

        @Override
        public int read() {
            return fromClient(in::read);
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            return fromClient(() -> in.read(target, offset, length));
        }
    }

    private static final class Limited extends FilterInputStream {

        private final Limit limit;
        private long count;

        Limited(InputStream in, Limit limit) {
            super(in);
            this.limit = limit;
        }

        @Override
        public int read() throws IOException {
            int next = super.read();
            return next < 0 ? next : counted(1, next);
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = super.read(target, offset, length);
            return read < 0 ? read : counted(read, read);
        }

        private int counted(int more, int result) {
            count += more;
            if (count > limit.bytes()) {
                throw limit.exceeded();
            }
            return result;
        }
    }
}

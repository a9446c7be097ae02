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
 * A multipart form with one file in it. It is read as it streams in, its parts in any order, so that the file's bytes go where they belong at once:
 * the servlet container, left to itself, writes them to disk first, and takes a part without a filename for a short text in memory, which is how
 * OpenAI's Java client sends bytes.
 *
 * @param <T> what became of the file's bytes
 */
final class MultipartForm<T extends Closeable> implements Closeable {

    /** Makes what is wanted of the file's bytes, which end with the part. */
    interface Content<T> {
        T read(InputStream bytes) throws IOException;
    }

    /** How large the file may be, and what is said of a larger one. */
    record Limit(long bytes, ApiException exceeded) {}

    private static final int LONGEST_PART_HEADER = 8 << 10;
    private static final int LONGEST_FIELD = 1 << 10;
    /** Room for the other parts and the headers of a form. */
    private static final long FORM = 1 << 20;

    private final String filePart;
    private final Map<String, String> fields = new LinkedHashMap<>();
    private String filename;
    private T content;

    private MultipartForm(String filePart) {
        this.filePart = filePart;
    }

    /**
     * @param filePart name of the part that is the file
     * @param others names of the form's fields
     * @throws ApiException when a part is unknown, there twice, too large, or no file where one should be
     * @throws MultipartException when the body is no well-formed form, or ends early
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
        if (part.isFormField() && part.getContentType() == null) { // such as of curl -F without its @
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

    /** The value of a field; null where it is missing. */
    String field(String name) {
        return fields.get(name);
    }

    /** As the client names the file; null where it does not. */
    String filename() {
        return filename;
    }

    /** @throws ApiException when there was no file */
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

    /** What goes wrong in reading the request is the client's matter, and told apart from a store that cannot write. */
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

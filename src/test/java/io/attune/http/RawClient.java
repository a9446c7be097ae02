package io.attune.http;

import io.attune.PostgresForTests;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A connection on which a test sends bytes that no client library would send. */
final class RawClient implements Closeable {

    static final String KEY = "Authorization: Bearer " + PostgresForTests.ADMIN_KEY + "\r\n";

    private final Socket socket;

    RawClient(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBuffer bytes that the client's system buffers; 0 for the system's default */
    RawClient(int port, int receiveBuffer) throws IOException {
        socket = new Socket();
        if (receiveBuffer > 0) {
            socket.setReceiveBufferSize(receiveBuffer);
        }
        socket.connect(new InetSocketAddress("127.0.0.1", port));
        socket.setSoTimeout(30_000);
    }

    /** Sends the head of a request: its first line without the protocol, and headers that each end with CR LF. */
    RawClient head(String line, String headers) throws IOException {
        return send(line + " HTTP/1.1\r\nHost: a\r\n" + headers + "\r\n");
    }

    RawClient send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawClient send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Returns the next line of the answer; empty at the end of the answer. */
    String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = socket.getInputStream().read();
                next >= 0 && next != '\n';
                next = socket.getInputStream().read()) {
            line.append((char) next);
        }
        return line.toString().strip();
    }

    /** Returns the status of the answer. */
    int status() throws IOException {
        String line = line();
        return line.isEmpty() ? -1 : Integer.parseInt(line.split(" ")[1]);
    }

    /** Reads the rest of an answer after its status. */
    RawClient skipAnswer() throws IOException {
        int length = 0;
        for (String header = line(); !header.isEmpty(); header = line()) {
            if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(
                        header.substring(header.indexOf(':') + 1).strip());
            }
        }
        socket.getInputStream().skipNBytes(length);
        return this;
    }

    /**
     * Reads until the service closes the connection.
     *
     * @return the number of bytes read
     */
    long readToTheEnd() {
        long bytes = 0;
        byte[] buffer = new byte[1 << 16];
        try {
            for (int read = socket.getInputStream().read(buffer);
                    read >= 0;
                    read = socket.getInputStream().read(buffer)) {
                bytes += read;
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the service keeps the connection open", e);
        } catch (IOException e) {
            // a reset also ends the connection
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

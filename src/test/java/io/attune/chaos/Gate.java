package io.attune.chaos;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A TCP relay on a loopback port, whose connections can be reset, all at once or as they come. */
final class Gate implements Closeable {

    private final ServerSocket listener;
    private final int target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile boolean shut;
    private volatile byte[] answer;

    /** @param target a port of 127.0.0.1 */
    Gate(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        daemon(this::accept, "gate-" + target);
    }

    int port() {
        return listener.getLocalPort();
    }

    /** Resets all connections there are. @return how many */
    int cut() {
        int before = sockets.size() / 2;
        sockets.forEach(Gate::reset);
        return before;
    }

    /** Resets all connections, and each that comes until {@link #open}. */
    void shut() {
        shut = true;
        cut();
    }

    void open() {
        shut = false;
    }

    /** From now on each connection that comes gets this answer to whatever it asks, and its end; null: no more. */
    void answer(byte[] always) {
        answer = always;
        cut();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                if (shut) {
                    reset(client);
                } else {
                    daemon(() -> connect(client), "gate-connection");
                }
            } catch (IOException e) {
                shut = true; // closed
            }
        }
    }

    private void connect(Socket client) {
        Socket server = new Socket();
        sockets.add(client);
        sockets.add(server);
        if (shut) {
            forget(client, server);
            return;
        }
        byte[] always = answer;
        if (always != null) {
            try (client) {
                client.getInputStream().read(new byte[1 << 16]);
                client.getOutputStream().write(always);
            } catch (IOException e) {
                // it is gone: so much the worse for it
            }
            forget(client, server);
            return;
        }
        try {
            server.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target));
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
        } catch (IOException e) {
            forget(client, server);
            return;
        }
        daemon(() -> relay(client, server), "gate-up");
        daemon(() -> relay(server, client), "gate-down");
    }

    /** To the end of one direction; the other is told. */
    private void relay(Socket from, Socket to) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
            to.shutdownOutput();
            if (from.isOutputShutdown()) {
                forget(from, to);
            }
        } catch (IOException e) {
            forget(from, to);
        }
    }

    private void forget(Socket... ended) {
        for (Socket socket : ended) {
            reset(socket);
            sockets.remove(socket);
        }
    }

    private static void reset(Socket socket) {
        try (socket) {
            socket.setSoLinger(true, 0);
        } catch (IOException e) {
            return; // closed already
        }
    }

    private static void daemon(Runnable work, String name) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        shut();
    }
}

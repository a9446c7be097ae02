package io.attune.http;

import java.net.InetAddress;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioEndpoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP with a maximum number of connections per address. Public, because Tomcat creates it by its class name. */
public final class AddressBoundProtocol extends Http11NioProtocol {

    private final Endpoint endpoint;

    public AddressBoundProtocol() {
        this(new Endpoint());
    }

    private AddressBoundProtocol(Endpoint endpoint) {
        super(endpoint);
        this.endpoint = endpoint;
    }

    /** @param most maximum number of connections of one address; 0 for any number */
    void setConnectionsPerAddress(int most) {
        endpoint.mostOfOne = most;
    }

    /** Closes a new connection at once if its address has the maximum number of connections. */
    private static final class Endpoint extends NioEndpoint {

        private static final Logger log = LoggerFactory.getLogger(AddressBoundProtocol.class);
        private static final Duration BETWEEN_WARNINGS = Duration.ofMinutes(1);

        private int mostOfOne;
        private long warnedAt = System.nanoTime() - BETWEEN_WARNINGS.toNanos();

        /** Runs only on the thread that accepts connections. */
        @Override
        protected boolean setSocketOptions(SocketChannel socket) {
            InetAddress address = socket.socket().getInetAddress();
            if (mostOfOne > 0
                    && address != null
                    && getConnectionCount() > mostOfOne
                    && connectionsOf(address) >= mostOfOne) {
                warn(address);
                destroySocket(socket);
                return false;
            }
            return super.setSocketOptions(socket);
        }

        private long connectionsOf(InetAddress address) {
            return connections.keySet().stream()
                    .filter(open -> address.equals(open.socket().getInetAddress()))
                    .count();
        }

        private void warn(InetAddress address) {
            long now = System.nanoTime();
            if (now - warnedAt >= BETWEEN_WARNINGS.toNanos()) {
                warnedAt = now;
                log.warn(
                        "the address {} has {} connections, and new ones are closed;"
                                + " ATTUNE_CONNECTIONS_PER_ADDRESS permits more, for example for a reverse proxy",
                        address.getHostAddress(),
                        mostOfOne);
            }
        }
    }
}

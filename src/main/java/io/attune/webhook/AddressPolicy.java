package io.attune.webhook;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Decides which addresses may receive webhooks: addresses of the public internet, unless a setting permits others.
 * The policy is the resolver of the connection itself, so it checks the addresses that the client then connects to.
 * A host that changes its address between check and connection cannot bypass it.
 */
final class AddressPolicy implements DnsResolver {

    /** The setting that permits other addresses, in the form that a user writes. */
    static final String SETTING = "attune.webhook-private-addresses=true (ATTUNE_WEBHOOK_PRIVATE_ADDRESSES=true)";

    /**
     * Blocks of the IANA special-purpose registries that are not globally reachable, and internal addresses of
     * clouds.
     */
    private static final Block[] NOT_PUBLIC = blocks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10", // carrier-grade NAT, Alibaba's metadata
            "127.0.0.0/8",
            "168.63.129.16/32", // Azure's own services
            "169.254.0.0/16", // link-local, metadata of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23", // Teredo and other protocols
            "2001:db8::/32",
            "2002::/16", // 6to4
            "3fff::/20");

    /** All assigned global IPv6 addresses. Loopback, unique-local, link-local and other addresses are outside. */
    private static final Block GLOBAL_UNICAST = Block.of("2000::/3");

    /** NAT64: the last four bytes are the IPv4 address of the host. */
    private static final Block NAT64 = Block.of("64:ff9b::/96");

    private static final int MOST_LOOKUPS = 8;
    private static final long LOOKUP_SECONDS = 2;

    private final boolean privateAllowed;
    private final DnsResolver names;
    // a lookup cannot be interrupted, and a request about endpoints must not wait for a slow name server
    private final ExecutorService lookups =
            new ThreadPoolExecutor(0, MOST_LOOKUPS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                Thread thread = new Thread(task, "webhook-lookup");
                thread.setDaemon(true);
                return thread;
            });

    /** @param names resolves a host to its addresses */
    AddressPolicy(boolean privateAllowed, DnsResolver names) {
        this.privateAllowed = privateAllowed;
        this.names = names;
    }

    /** @throws PrivateAddressException if at least one address of the host is not permitted */
    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = names.resolve(host);
        if (addresses == null || addresses.length == 0) {
            throw new UnknownHostException(host);
        }
        if (!privateAllowed && !Stream.of(addresses).allMatch(AddressPolicy::isPublic)) {
            throw new PrivateAddressException("The host " + host
                    + " has a private, local or reserved address, which only " + SETTING + " allows.");
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }

    /**
     * Whether the host now has an address that is not permitted. If a lookup fails, returns false; the check is
     * repeated before each delivery.
     */
    boolean refuses(String host) {
        if (privateAllowed) {
            return false;
        }
        try {
            return lookups.submit(() -> isPrivate(host)).get(LOOKUP_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | RejectedExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
    }

    private boolean isPrivate(String host) {
        try {
            resolve(host);
            return false;
        } catch (PrivateAddressException e) {
            return true;
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** Whether the address is globally unique on the public internet. */
    static boolean isPublic(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (NAT64.holds(bytes)) {
            return isPublic(ipv4(Arrays.copyOfRange(bytes, 12, 16)));
        }
        if (!(address instanceof Inet4Address) && !GLOBAL_UNICAST.holds(bytes)) {
            return false;
        }
        return Stream.of(NOT_PUBLIC).noneMatch(block -> block.holds(bytes));
    }

    private static InetAddress ipv4(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }

    private static Block[] blocks(String... texts) {
        return Stream.of(texts).map(Block::of).toArray(Block[]::new);
    }

    /** @param bits number of leading bits that all addresses of the block share */
    private record Block(byte[] prefix, int bits) {

        static Block of(String text) {
            String[] parts = text.split("/");
            try {
                return new Block(InetAddress.getByName(parts[0]).getAddress(), Integer.parseInt(parts[1]));
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(text, e);
            }
        }

        boolean holds(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }
}

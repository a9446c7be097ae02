package io.attune.webhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressPolicyTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "10.255.255.255",
                "100.64.0.1",
                "100.100.100.200",
                "100.127.255.255",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.88.99.1",
                "192.168.0.1",
                "198.18.0.1",
                "198.19.255.255",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::127.0.0.1",
                "::8.8.8.8",
                "::ffff:127.0.0.1",
                "::ffff:a00:1",
                "::ffff:0:10.0.0.1",
                "64:ff9b::10.0.0.1",
                "64:ff9b::a9fe:a9fe",
                "64:ff9b:1::8.8.8.8",
                "100::1",
                "2001::1",
                "2001:0:4136:e378:8000:63bf:3fff:fdd2",
                "2001:db8::1",
                "2002:7f00:1::1",
                "2002:808:808::1",
                "3fff::1",
                "5f00::1",
                "fc00::1",
                "fd00:ec2::254",
                "fd20:ce::254",
                "fe80::1",
                "fe80::a9fe:a9fe",
                "fec0::1",
                "ff02::1"
            })
    void addressesOffThePublicInternetAreRefusedInEveryForm(String address) throws Exception {
        assertThat(AddressPolicy.isPublic(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "9.255.255.255",
                "11.0.0.0",
                "100.63.255.255",
                "100.128.0.0",
                "126.255.255.255",
                "128.0.0.0",
                "168.63.129.17",
                "169.253.255.255",
                "172.15.255.255",
                "172.32.0.0",
                "192.0.1.0",
                "192.167.255.255",
                "198.17.255.255",
                "198.20.0.0",
                "223.255.255.255",
                "::ffff:8.8.8.8",
                "64:ff9b::8.8.8.8",
                "2001:200::1",
                "2001:4860:4860::8888",
                "2606:4700:4700::1111",
                "2a00:1450:4001::1"
            })
    void addressesOfThePublicInternetAreAllowed(String address) throws Exception {
        assertThat(AddressPolicy.isPublic(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void whatJavaCallsLocalIsNeverPublic() throws Exception {
        Random random = new Random(6);
        int local = 0;
        for (int i = 0; i < 200_000; i++) {
            byte[] bytes = new byte[i % 4 == 0 ? 16 : 4];
            random.nextBytes(bytes);
            InetAddress address = InetAddress.getByAddress(bytes);
            if (address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || address.isLinkLocalAddress()
                    || address.isSiteLocalAddress()
                    || address.isMulticastAddress()) {
                local++;
                assertThat(AddressPolicy.isPublic(address))
                        .as(address.toString())
                        .isFalse();
            }
        }
        assertThat(local).isGreaterThan(1000);
    }

    @Test
    void aNameIsRefusedIfOneOfItsAddressesIsPrivate() {
        AddressPolicy policy = new AddressPolicy(false, names(List.of("8.8.8.8", "10.0.0.1")));

        assertThatThrownBy(() -> policy.resolve("hook.example"))
                .isInstanceOf(PrivateAddressException.class)
                .hasMessageContaining("hook.example")
                .hasMessageContaining("ATTUNE_WEBHOOK_PRIVATE_ADDRESSES")
                .hasMessageNotContaining("10.0.0.1");
    }

    @Test
    void aNameThatTurnsPrivateAfterItWasAcceptedIsRefusedThen() throws Exception {
        AddressPolicy policy = new AddressPolicy(false, names(List.of("8.8.8.8"), List.of("127.0.0.1")));

        assertThat(policy.refuses("rebinding.example")).isFalse();
        assertThatThrownBy(() -> policy.resolve("rebinding.example")).isInstanceOf(PrivateAddressException.class);
    }

    @Test
    void aNameThatCannotBeLookedUpYetIsJudgedWhenItCan() {
        AddressPolicy policy = new AddressPolicy(false, names(List.of(), List.of("127.0.0.1")));

        assertThat(policy.refuses("later.example")).isFalse();
        assertThat(policy.refuses("later.example")).isTrue();
    }

    @Test
    void theSettingAllowsEverything() throws Exception {
        AddressPolicy policy = new AddressPolicy(true, names(List.of("127.0.0.1")));

        assertThat(policy.refuses("localhost")).isFalse();
        assertThat(policy.resolve("localhost")).hasSize(1);
    }

    /** Answers with one list of addresses after the other; an empty list is an unknown name. */
    @SafeVarargs
    static Names names(List<String>... answers) {
        return new Names(new ArrayDeque<>(List.of(answers)));
    }

    record Names(Deque<List<String>> answers) implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            List<String> answer = answers.remove();
            InetAddress[] addresses = new InetAddress[answer.size()];
            for (int i = 0; i < addresses.length; i++) {
                addresses[i] = InetAddress.getByName(answer.get(i));
            }
            return addresses;
        }

        @Override
        public String resolveCanonicalHostname(String host) {
            return host;
        }
    }
}

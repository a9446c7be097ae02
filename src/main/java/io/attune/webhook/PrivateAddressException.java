package io.attune.webhook;

import java.net.UnknownHostException;

/** A host that webhooks are not sent to, since it is not on the public internet. */
final class PrivateAddressException extends UnknownHostException {

    PrivateAddressException(String message) {
        super(message);
    }
}

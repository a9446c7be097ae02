package io.attune.webhook;

import java.net.UnknownHostException;

/** A host does not get webhooks, because it is not on the public internet. */
final class PrivateAddressException extends UnknownHostException {

    PrivateAddressException(String message) {
        super(message);
    }
}

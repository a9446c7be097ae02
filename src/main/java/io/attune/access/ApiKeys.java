package io.attune.access;

import io.attune.checksum.Digests;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Finds the caller of an API key: the admin key, or a key of the table {@code api_key}. A key of the table looks like
 * {@code sk-attune-ID-SECRET}, and the table stores the hash of its secret. The comparison of hashes takes constant
 * time. A fast hash is enough, because the secrets are random and long.
 */
@Component
class ApiKeys {

    private static final String PREFIX = "sk-attune-";
    private static final String DEFAULT_PROJECT = "default";

    private record StoredKey(String id, String projectId, byte[] secretHash) {}

    private final byte[] adminHash;
    private final JdbcClient jdbc;

    ApiKeys(AdminKey admin, JdbcClient jdbc) {
        this.adminHash = hash(admin.value());
        this.jdbc = jdbc;
    }

    /** Returns the caller, or an empty result if the key is unknown. */
    Optional<Caller> find(String key) {
        if (MessageDigest.isEqual(adminHash, hash(key))) {
            return Optional.of(new Caller(DEFAULT_PROJECT, "admin"));
        }
        String[] parts = key.startsWith(PREFIX) ? key.substring(PREFIX.length()).split("-", 2) : new String[0];
        if (parts.length != 2) {
            return Optional.empty();
        }
        return jdbc.sql("select id, project_id, secret_hash from api_key where id = :id")
                .param("id", parts[0])
                .query(StoredKey.class)
                .optional()
                .filter(stored -> MessageDigest.isEqual(stored.secretHash(), hash(parts[1])))
                .map(stored -> new Caller(stored.projectId(), stored.id()));
    }

    private static byte[] hash(String secret) {
        return Digests.sha256().digest(secret.getBytes(StandardCharsets.UTF_8));
    }
}

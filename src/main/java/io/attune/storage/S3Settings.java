package io.attune.storage;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.retry.RetryMode;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/**
 * The settings of the connection to S3 or to a compatible store. The SDK's default chain finds the credentials.
 *
 * @param endpoint such as {@code http://garage:3900}; empty for Amazon's
 * @param region empty: with an endpoint {@code us-east-1}, else the SDK's default chain
 * @param pathStyle whether the bucket is in the path and not in the host name; null: true with an endpoint, else
 *     false
 */
@Component
record S3Settings(
        @Value("${attune.s3.endpoint}") String endpoint,
        @Value("${attune.s3.region}") String region,
        @Value("${attune.s3.path-style:#{null}}") Boolean pathStyle) {

    /** Limit for a silent connection. Three attempts of a call end within two minutes. */
    private static final Duration SILENCE = Duration.ofSeconds(30);

    /** Limits for one attempt of a call, and for a call with all its attempts. */
    private static final Duration ATTEMPT = Duration.ofMinutes(2);

    private static final Duration CALL = Duration.ofMinutes(5);

    /** Reads the same environment variables as the service. */
    static S3Settings of(Map<String, String> environment) {
        String pathStyle = environment.getOrDefault("ATTUNE_S3_PATH_STYLE", "");
        return new S3Settings(
                environment.getOrDefault("ATTUNE_S3_ENDPOINT", ""),
                environment.getOrDefault("ATTUNE_S3_REGION", ""),
                pathStyle.isBlank() ? null : Boolean.valueOf(pathStyle.strip()));
    }

    S3Client client() {
        boolean other = !endpoint.isBlank();
        S3ClientBuilder client = S3Client.builder()
                .httpClientBuilder(Apache5HttpClient.builder()
                        .connectionTimeout(Duration.ofSeconds(5))
                        .connectionAcquisitionTimeout(SILENCE)
                        .socketTimeout(SILENCE)
                        .maxConnections(100))
                .overrideConfiguration(calls -> calls.retryStrategy(RetryMode.STANDARD)
                        .apiCallAttemptTimeout(ATTEMPT)
                        .apiCallTimeout(CALL))
                // requests have an MD5, which every store checks; SHA-256 is verified here
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .forcePathStyle(pathStyle == null ? other : pathStyle);
        if (other) {
            client.endpointOverride(URI.create(endpoint.strip()));
        }
        if (other || !region.isBlank()) {
            client.region(Region.of(region.isBlank() ? "us-east-1" : region.strip()));
        }
        try {
            return client.build();
        } catch (SdkClientException e) {
            throw new StorageException(
                    "ATTUNE_STORE names a bucket, but no client for it can be made: " + e.getMessage(),
                    "Set ATTUNE_S3_REGION, or ATTUNE_S3_ENDPOINT for a store other than Amazon's, and the credentials"
                            + " AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.");
        }
    }
}

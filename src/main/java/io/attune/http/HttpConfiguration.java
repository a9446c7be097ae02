package io.attune.http;

import java.time.Duration;
import org.apache.coyote.ContinueResponseTiming;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

@Configuration(proxyBeanMethods = false)
class HttpConfiguration {

    /** Time to read the rest of a refused body. */
    private static final Duration REFUSAL = Duration.ofSeconds(5);

    /** This fraction of the threads may read refused bodies. */
    private static final int REFUSING_SHARE = 12;

    @Bean
    LongCalls longCallsAtATime(@Value("${attune.long-calls}") int most) {
        return new LongCalls(most);
    }

    @Bean
    Pace.Rule pace(
            @Value("${attune.slow-transfer-grace}") Duration grace,
            @Value("${attune.slowest-transfer}") DataSize leastPerSecond,
            @Value("${attune.longest-transfer}") Duration longest) {
        return new Pace.Rule(grace, leastPerSecond.toBytes(), longest);
    }

    /**
     * Limits connections, and delays 100-continue. A client that asks before it sends its body gets the answer only
     * when the body is needed, which is after the check of its key.
     */
    @Bean
    WebServerFactoryCustomizer<TomcatServletWebServerFactory> boundConnections(
            @Value("${attune.connections-per-address}") int connectionsPerAddress,
            @Value("${server.tomcat.threads.max}") int threads) {
        return factory -> {
            factory.setProtocol(AddressBoundProtocol.class.getName());
            factory.addConnectorCustomizers(connector -> {
                if (connector.getProtocolHandler() instanceof AddressBoundProtocol http) {
                    http.setConnectionsPerAddress(connectionsPerAddress);
                    http.setContinueResponseTiming(ContinueResponseTiming.ON_REQUEST_BODY_READ.toString());
                }
            });
            factory.addEngineValves(new UnreadBodies(REFUSAL, Math.max(1, threads / REFUSING_SHARE)));
        };
    }
}

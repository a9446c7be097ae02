package io.attune.webhook;

import io.attune.access.Caller;
import io.attune.api.ApiException;
import io.attune.api.Page;
import io.attune.api.PageQuery;
import io.attune.api.idempotency.Idempotent;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.List;
import org.springframework.http.MediaType;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Manages the endpoints that receive an event when a job ends. */
@RestController
@RequestMapping(path = "/v1/webhook_endpoints", produces = MediaType.APPLICATION_JSON_VALUE)
@Tag(name = "Webhooks", description = "Whom to tell when a job has ended. Deliveries are signed by Standard Webhooks.")
class WebhookController {

    private static final int LONGEST_PAGE = 100;

    private final WebhookEndpoints endpoints;
    private final AddressPolicy addresses;

    WebhookController(WebhookEndpoints endpoints, AddressPolicy addresses) {
        this.endpoints = endpoints;
        this.addresses = addresses;
    }

    @Idempotent
    @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
    @Operation(
            operationId = "createWebhookEndpoint",
            summary = "Be told when jobs end",
            description =
                    "The answer alone holds the signing secret. A delivery is tried for about three days, the header"
                            + " webhook-id being the same each time; one that is answered 410 disables the endpoint.")
    WebhookEndpointAnswer create(@AuthenticationPrincipal Caller caller, @RequestBody CreateWebhookEndpoint request) {
        WebhookUrl url = request.checkedUrl();
        List<String> eventTypes = request.checkedEventTypes();
        String name = request.checkedName();
        if (addresses.refuses(url.host())) {
            throw ApiException.invalidValue(
                    "url",
                    "'url' leads to a private, local or reserved address, which only the setting "
                            + AddressPolicy.SETTING + " allows.");
        }
        return WebhookEndpointAnswer.withSecret(endpoints.create(caller.project(), name, url, eventTypes));
    }

    @GetMapping
    @Operation(operationId = "listWebhookEndpoints", summary = "List webhook endpoints, newest first")
    Page<WebhookEndpointAnswer> list(
            @AuthenticationPrincipal Caller caller,
            @Parameter(description = "Id of the last endpoint of the page before.") @RequestParam(required = false)
                    String after,
            @Parameter(schema = @Schema(type = "integer", minimum = "1", maximum = "100", defaultValue = "20"))
                    @RequestParam(defaultValue = "20")
                    int limit) {
        PageQuery page = PageQuery.of(after, limit, LONGEST_PAGE);
        List<WebhookEndpointAnswer> found = endpoints.list(caller.project(), page).stream()
                .map(WebhookEndpointAnswer::of)
                .toList();
        return Page.of(found, page.limit(), WebhookEndpointAnswer::id);
    }

    @GetMapping("/{webhook_endpoint_id}")
    @Operation(
            operationId = "retrieveWebhookEndpoint",
            summary = "One webhook endpoint, and how its last delivery went")
    WebhookEndpointAnswer retrieve(
            @AuthenticationPrincipal Caller caller, @PathVariable("webhook_endpoint_id") String id) {
        return endpoints
                .find(caller.project(), id)
                .map(WebhookEndpointAnswer::of)
                .orElseThrow(() -> notFound(id));
    }

    @Idempotent
    @DeleteMapping("/{webhook_endpoint_id}")
    @Operation(
            operationId = "deleteWebhookEndpoint",
            summary = "Delete a webhook endpoint",
            description = "What was on its way to it is not sent any more.")
    DeletedWebhookEndpoint delete(
            @AuthenticationPrincipal Caller caller, @PathVariable("webhook_endpoint_id") String id) {
        if (!endpoints.delete(caller.project(), id)) {
            throw notFound(id);
        }
        return new DeletedWebhookEndpoint(id, "webhook_endpoint.deleted", true);
    }

    private static ApiException notFound(String id) {
        return ApiException.notFound("No such webhook endpoint: " + id + ".");
    }
}

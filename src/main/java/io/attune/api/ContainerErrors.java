package io.attune.api;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;

/**
 * Answers with the error object, instead of an HTML page, when Tomcat refuses a request before any filter sees it.
 * The class is public because Tomcat creates it by its name.
 */
public class ContainerErrors extends ErrorReportValve {

    @Override
    protected void report(Request request, Response response, Throwable throwable) {
        if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        ErrorBody.Detail error =
                ErrorPage.ofStatus(response.getStatus(), "this path").body().error();
        // No string comes from the request, so no string needs escaping.
        String body = "{\"error\":{\"message\":\"%s\",\"type\":\"%s\",\"param\":null,\"code\":\"%s\"}}"
                .formatted(error.message(), error.type(), error.code());
        try {
            response.setContentType("application/json");
            response.setHeader(RequestIdFilter.HEADER, RequestIdFilter.newId());
            response.getReporter().write(body);
            response.finishResponse();
        } catch (IOException e) {
            // the client has closed the connection
        }
    }
}

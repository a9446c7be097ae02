package io.attune.api;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Who opens the service in a browser finds the Swagger UI. */
@Hidden
@Controller
class HomePage {

    @GetMapping("/")
    String home() {
        return "redirect:/docs";
    }
}

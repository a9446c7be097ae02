package io.attune.api;

import io.swagger.v3.oas.annotations.Hidden;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** Sends a browser from the root path to the Swagger UI. */
@Hidden
@Controller
class HomePage {

    @GetMapping("/")
    String home() {
        return "redirect:/docs";
    }
}

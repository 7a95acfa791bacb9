package ${{ values.package }};

import java.util.Map;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@RestController
class AboutController {
    @GetMapping("/")
    Map<String, String> about() {
        return Map.of("service", "${{ values.name }}");
    }
}

package ${{ values.package }};

import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.get;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.test.web.servlet.MockMvc;

@SpringBootTest
@AutoConfigureMockMvc
class ApplicationTests {
    @Autowired
    private MockMvc http;

    @Test
    void saysWhatItIs() throws Exception {
        http.perform(get("/")).andExpect(status().isOk()).andExpect(jsonPath("$.service").value("${{ values.name }}"));
    }

    @Test
    void saysThatItIsHealthy() throws Exception {
        http.perform(get("/actuator/health")).andExpect(status().isOk());
    }
}

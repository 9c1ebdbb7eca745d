package io.bactrian.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaseFoldersTest {

    @TempDir
    private Path routes;

    @BeforeEach
    void make() throws IOException {
        for (String file : List.of("a/a.camel.yaml", "a/cases/2.yaml", "a/cases/1.yml", "a/cases/notes.txt", "b/b.camel.yaml",
                "capture/c.camel.yaml",
                "kamelets/mask.kamelet.yaml", "readme.md")) {
            Files.createDirectories(routes.resolve(file).getParent());
            Files.writeString(routes.resolve(file), "");
        }
    }

    @Test
    void aFolderOfRoutesHasAllPipelinesButTheCapture() {
        assertThat(of("")).containsExactly("a [1.yml, 2.yaml] whole", "b [] whole");
    }

    @Test
    void aPipelineAndItsFolderOfCasesAreTheSame() {
        assertThat(of("a")).containsExactly("a [1.yml, 2.yaml] whole");
        assertThat(of("a/cases")).containsExactly("a [1.yml, 2.yaml] whole");
        assertThat(of("a/cases/../../b")).containsExactly("b [] whole");
    }

    @Test
    void namedFilesOfAPipelineGoTogether() {
        assertThat(of("a/cases/2.yaml")).containsExactly("a [2.yaml] part");
        assertThat(of("a/cases/2.yaml", "a/cases/1.yml", "a/cases/2.yaml")).containsExactly("a [1.yml, 2.yaml] part");
        assertThat(of("a/cases/2.yaml", "a")).containsExactly("a [1.yml, 2.yaml] whole");
        assertThat(of("a", "a/cases/2.yaml")).containsExactly("a [1.yml, 2.yaml] whole");
    }

    private List<String> of(String... paths) {
        return CaseFolders.of(Stream.of(paths).map(routes::resolve).toList()).stream().map(pipeline -> {
            assertThat(pipeline.routes()).isEqualTo(routes);
            return pipeline.name() + " " + pipeline.files().stream().map(file -> file.getFileName().toString()).toList()
                    + (pipeline.whole() ? " whole" : " part");
        }).toList();
    }
}

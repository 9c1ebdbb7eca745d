package io.bactrian.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileTreeTest {

    @TempDir
    Path folder;

    @Test
    void copiesAllThatIsInIt() throws IOException {
        Files.createDirectories(folder.resolve("from/a/b"));
        Files.writeString(folder.resolve("from/a/b/file"), "text");

        new FileTree(folder.resolve("from")).copyTo(folder.resolve("to"));

        assertThat(folder.resolve("to/a/b/file")).hasContent("text");
    }

    @Test
    void doesNotFollowALinkWhenDeleting() throws IOException {
        Files.createDirectories(folder.resolve("precious"));
        Files.writeString(folder.resolve("precious/file"), "text");
        Files.createDirectories(folder.resolve("tree"));
        Files.createSymbolicLink(folder.resolve("tree/link"), folder.resolve("precious"));

        new FileTree(folder.resolve("tree")).delete();

        assertThat(folder.resolve("tree")).doesNotExist();
        assertThat(folder.resolve("precious/file")).hasContent("text");
    }

    @Test
    void getsItsNameOnlyWhenWholeAndForgetsEarlierDrafts() throws IOException {
        FileTree tree = new FileTree(folder.resolve("mysql"));
        Path killed = Files.createDirectories(folder.resolve("mysql.draft-1/half"));

        Path draft = tree.freshDraft();
        Files.createDirectories(draft);
        Files.writeString(draft.resolve("file"), "text");
        assertThat(tree.root()).doesNotExist();
        tree.publish(draft);

        assertThat(killed).doesNotExist();
        assertThat(tree.root().resolve("file")).hasContent("text");
        assertThat(draft).doesNotExist();
    }
}

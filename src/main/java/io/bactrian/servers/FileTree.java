package io.bactrian.servers;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.stream.Stream;

/** A folder with all that is in it. */
public record FileTree(Path root) {

    public void copyTo(Path target) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) throws IOException {
                Files.createDirectories(target.resolve(root.relativize(folder)));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.copy(file, target.resolve(root.relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES, LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Does nothing when there is nothing; never follows a link out of the tree. */
    public void delete() throws IOException {
        if (Files.notExists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /**
     * The place to build this folder before it gets its name. What an earlier, killed builder left is deleted, so the
     * caller must be the only one who builds it.
     */
    public Path freshDraft() throws IOException {
        String prefix = root.getFileName() + ".draft-";
        Files.createDirectories(root.getParent());
        for (Path leftover : children(root.getParent())) {
            if (leftover.getFileName().toString().startsWith(prefix)) {
                new FileTree(leftover).delete();
            }
        }
        return root.resolveSibling(prefix + ProcessHandle.current().pid());
    }

    /** The draft becomes this folder in one step: whoever sees the name sees a whole folder. */
    public void publish(Path draft) throws IOException {
        Files.move(draft, root, StandardCopyOption.ATOMIC_MOVE);
    }

    public static List<Path> children(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> children = Files.list(folder)) {
            return children.sorted().toList();
        }
    }
}

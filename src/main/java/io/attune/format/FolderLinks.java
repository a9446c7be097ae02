package io.attune.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Checks the symbolic links in a model folder. Attune may pass the folder's files on with a tuned model. A link may
 * therefore lead to another file of the folder. It may also lead to the {@code blobs} of the Hub's cache if the
 * folder is one of the cache's snapshots. Every other target is refused.
 *
 * <pre>
 * models--OWNER--NAME/blobs/0a1b...                      the files
 * models--OWNER--NAME/snapshots/COMMIT/config.json  ->  ../../blobs/0a1b...
 * </pre>
 *
 * <p>A link may lead to the folder itself. The check does not see hard links. It does not see changes after the check
 * either. A user with the right to make such changes can read the files anyway.
 */
public final class FolderLinks {

    /** The depth of the check: the folder, and {@code additional_chat_templates} in it. */
    private static final int DEPTH = 2;

    private FolderLinks() {}

    /**
     * Checks the links of a folder. A path that is not a folder passes.
     *
     * @throws ModelFormatException if a link leads out of the folder; the message names the link
     */
    public static void check(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try {
            Path root = folder.toRealPath();
            checkAll(root);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be read", e);
        }
    }

    private static void checkAll(Path root) throws IOException {
        try (Stream<Path> entries = Files.walk(root, DEPTH)) {
            entries.filter(Files::isSymbolicLink).forEach(link -> check(link, root));
        }
    }

    /**
     * Checks one file, which lies beside the other files of its model.
     *
     * @throws ModelFormatException if the file is a link that leads out of its folder
     */
    static void checkFile(Path file) {
        if (!Files.isSymbolicLink(file)) {
            return;
        }
        try {
            check(file, file.toAbsolutePath().getParent().toRealPath());
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    private static void check(Path link, Path root) {
        Path target;
        try {
            target = link.toRealPath();
        } catch (IOException e) {
            return; // a broken link: no reader can follow it
        }
        Path blobs = blobs(root);
        if (!target.startsWith(root) && (blobs == null || !target.startsWith(blobs))) {
            throw ModelFormatException.in(
                    link,
                    "is a link that leads out of the model folder, to " + target
                            + ": replace the link with the file itself");
        }
    }

    /** The folder with the files of a snapshot; null if the folder is not a snapshot of the Hub's cache. */
    private static Path blobs(Path root) {
        Path snapshots = root.getParent();
        if (snapshots == null
                || snapshots.getParent() == null
                || !snapshots.endsWith("snapshots")
                || !snapshots.getParent().getFileName().toString().startsWith("models--")) {
            return null;
        }
        Path blobs = snapshots.resolveSibling("blobs");
        return Files.isDirectory(blobs, LinkOption.NOFOLLOW_LINKS) ? blobs : null;
    }
}

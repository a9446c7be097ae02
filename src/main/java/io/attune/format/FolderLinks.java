package io.attune.format;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * Symbolic links in a model folder. What lies in the folder may be passed on with a tuned model, so a link may lead
 * to another file of the folder, or to the {@code blobs} of the Hub's cache if the folder is one of its snapshots,
 * and nowhere else:
 *
 * <pre>
 * models--OWNER--NAME/blobs/0a1b...                      the files
 * models--OWNER--NAME/snapshots/COMMIT/config.json  ->  ../../blobs/0a1b...
 * </pre>
 *
 * The folder itself may be reached by a link. Not seen are hard links, and files that somebody changes after they
 * were checked: whoever may do that may read those files anyway.
 */
public final class FolderLinks {

    /** The folder, and {@code additional_chat_templates} in it. */
    private static final int DEPTH = 2;

    private FolderLinks() {}

    /**
     * @throws ModelFormatException naming a link that leads out of the folder; nothing happens where there is no
     *     folder
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
     * Of one file, which lies beside the others of its model.
     *
     * @throws ModelFormatException if it is a link that leads out of its folder
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
            return; // it leads nowhere, so nothing is read
        }
        Path blobs = blobs(root);
        if (!target.startsWith(root) && (blobs == null || !target.startsWith(blobs))) {
            throw ModelFormatException.in(
                    link,
                    "is a link that leads out of the model folder, to " + target
                            + ": put the file itself in its place");
        }
    }

    /** Where the files of a snapshot lie; null if the folder is none. */
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

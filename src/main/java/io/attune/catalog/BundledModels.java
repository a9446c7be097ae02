package io.attune.catalog;

import io.attune.disk.Durable;
import io.attune.disk.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Installs the models that come with Attune: the folders {@code models/DIR/} on the class path, each with a manifest.
 */
@Component
class BundledModels {

    private static final Logger log = LoggerFactory.getLogger(BundledModels.class);
    private static final String MANIFESTS = "classpath*:models/*/attune.json";

    private final PathMatchingResourcePatternResolver resources = new PathMatchingResourcePatternResolver();

    /** Copies the bundled models that are missing. The models folder holds either the whole model or nothing of it. */
    void installInto(Path models) throws IOException {
        for (Resource manifest : resources.getResources(MANIFESTS)) {
            String[] path = manifest.getURL().getPath().split("/");
            Path target = models.resolve(path[path.length - 2]);
            if (!Files.exists(target)) {
                install(target);
            }
        }
    }

    private void install(Path target) throws IOException {
        Path unfinished = target.resolveSibling("." + target.getFileName() + ".unfinished");
        Trees.delete(unfinished);
        Files.createDirectories(unfinished);
        for (Resource file : resources.getResources("classpath*:models/" + target.getFileName() + "/*")) {
            Path copy = unfinished.resolve(file.getFilename());
            try (InputStream bytes = file.getInputStream()) {
                Files.copy(bytes, copy);
            }
            Durable.sync(copy);
        }
        Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE);
        log.info("installed the bundled model in {}", target);
    }
}

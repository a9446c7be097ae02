package io.attune.format;

import io.attune.checksum.Sha256;
import io.attune.disk.Durable;
import io.attune.disk.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Brings a model into the models folder: a Hugging Face folder, whose weights keep their types, or a GGUF file, whose weights become
 * bfloat16. Everything is written into a hidden sibling folder, checked, forced to disk and then renamed, so that a model is either there
 * whole or not at all.
 */
public final class ModelImport {

    private ModelImport() {}

    /** Imports with the system's clock and without further checks. */
    public static ImportedModel importModel(Path source, Path modelsFolder, String name, String hubId) {
        return importModel(
                ModelOrigin.local(source),
                modelsFolder,
                name,
                hubId,
                TextOptions.KEEP,
                Clock.systemUTC(),
                folder -> {});
    }

    /**
     * Imports a model.
     *
     * @param hubId the model's name on the Hugging Face hub, or null
     * @param text what is set in the model's text side
     * @param check looks at the complete folder before it gets its name; what it throws ends the import
     * @throws ModelFormatException naming what is wrong with the source, the name or the target; nothing is left behind
     */
    public static ImportedModel importModel(
            ModelOrigin origin,
            Path modelsFolder,
            String name,
            String hubId,
            TextOptions text,
            Clock clock,
            Consumer<Path> check) {
        Path target = freeFolder(modelsFolder, name, hubId);
        Path temporary = modelsFolder.resolve(".import-" + UUID.randomUUID());
        Thread cleanup = new Thread(() -> delete(temporary));
        Runtime.getRuntime().addShutdownHook(cleanup);
        try {
            makePrivate(modelsFolder);
            makePrivate(temporary);
            writeModel(origin.files(), temporary);
            text.apply(temporary);
            ModelConfig config = ModelConfig.read(temporary);
            ModelManifest manifest = new ModelManifest(
                    name,
                    config.isTextHalf() ? null : hubId, // adapters of a half do not fit the whole
                    origin.source(),
                    origin.hubCommit(),
                    clock.instant().truncatedTo(ChronoUnit.SECONDS),
                    config.parameters(),
                    config.maxPositions(),
                    Sha256.of(temporary.resolve("model.safetensors")));
            manifest.write(temporary);
            check.accept(temporary);
            forceAll(temporary);
            rename(temporary, target);
            Durable.sync(modelsFolder);
            return new ImportedModel(target, manifest, config);
        } catch (IOException e) {
            throw new UncheckedIOException("importing " + origin.files() + " failed: " + e.getMessage(), e);
        } finally {
            delete(temporary);
            removeHook(cleanup);
        }
    }

    /**
     * The folder that a model will have.
     *
     * @param hubId the model's name on the Hugging Face hub, or null
     * @throws ModelFormatException if one of the names is none, or there is a model of this name already
     */
    public static Path freeFolder(Path modelsFolder, String name, String hubId) {
        Path target = modelsFolder.resolve(ModelName.checked(name).folderName());
        if (hubId != null) {
            ModelName.checked(hubId);
        }
        refuseExisting(target);
        return target;
    }

    /** What users bring is theirs alone, as all else in the data folder. */
    private static void makePrivate(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private static void writeModel(Path source, Path folder) throws IOException {
        if (Files.isDirectory(source)) {
            FolderLinks.check(source);
            HuggingFaceFolder.of(source).copyTo(folder);
        } else if (!Files.isRegularFile(source)) {
            throw ModelFormatException.in(source, "there is no such file or folder");
        } else if (Gguf.isGguf(source)) {
            convert(source, folder);
        } else {
            Pickles.refuse(source);
            throw ModelFormatException.in(
                    source, "is no GGUF file; give the folder of a Hugging Face model, or a GGUF file");
        }
    }

    private static void convert(Path source, Path folder) throws IOException {
        try (Gguf gguf = Gguf.open(source)) {
            GgufModel model = GgufModel.of(gguf);
            GgufTokenizer.of(gguf.metadata()).write(folder);
            model.config().write(folder, Dtype.BF16);
            SafetensorsWriter.writePlanned(
                    folder.resolve("model.safetensors"), Map.of("format", "pt"), model.tensors());
        }
    }

    private static void refuseExisting(Path target) {
        if (Files.exists(target)) {
            throw ModelFormatException.in(
                    target, "there is a model of this name already; choose another name or remove the folder");
        }
    }

    private static void rename(Path temporary, Path target) throws IOException {
        try {
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            refuseExisting(target);
            throw e;
        }
    }

    private static void forceAll(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files::iterator) {
                Durable.sync(file);
            }
        }
    }

    /** After a successful import the folder is not there any more. */
    private static void delete(Path folder) {
        try {
            Trees.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(folder + " cannot be removed", e);
        }
    }

    private static void removeHook(Thread cleanup) {
        try {
            Runtime.getRuntime().removeShutdownHook(cleanup);
        } catch (IllegalStateException e) {
            // the program is ending, and the hook is what cleans up
        }
    }
}

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
 * Imports a model into the models folder. The weights of a Hugging Face folder keep their types. The weights of a
 * GGUF file become bfloat16. The import writes all files into a hidden sibling folder, checks them, forces them to
 * disk, and then renames the folder. The models folder therefore holds either the whole model or nothing of it.
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
     * @param text the changes to the model's tokenizer and chat template files
     * @param check examines the complete folder before the rename; an exception from it ends the import
     * @throws ModelFormatException if source, name or target are wrong; the message says how, and the import leaves
     *     no files
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
                    config.isTextHalf() ? null : hubId, // adapters of the text half do not fit the whole model
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
     * The folder for a model of this name.
     *
     * @param hubId the model's name on the Hugging Face hub, or null
     * @throws ModelFormatException if one of the names is invalid, or if a model of this name already exists
     */
    public static Path freeFolder(Path modelsFolder, String name, String hubId) {
        Path target = modelsFolder.resolve(ModelName.checked(name).folderName());
        if (hubId != null) {
            ModelName.checked(hubId);
        }
        refuseExisting(target);
        return target;
    }

    /** Creates a folder that only the service's user may read, as everywhere in the data folder. */
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

    /** Deletes the temporary folder. After a successful import it no longer exists. */
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
            // the program is ending, and the hook cleans up
        }
    }
}

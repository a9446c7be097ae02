package io.attune.model;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * Packs TorchScript source into the archive that libtorch loads. Kernels are therefore plain text, and their
 * compilation needs no Python. The format is that of {@code torch.jit.save}: a zip of uncompressed entries. It
 * contains a pickle of one object, whose only attribute is {@code training}, and the source of its class.
 */
final class TorchScriptArchive {

    private TorchScriptArchive() {}

    /**
     * @param name name of the class that {@code source} defines
     * @param source in the dialect of serialised TorchScript; the model's parameters are arguments
     */
    static byte[] of(String name, String source) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            store(zip, "m/data.pkl", pickle(name));
            store(zip, "m/code/__torch__.py", source.getBytes(StandardCharsets.UTF_8));
            store(zip, "m/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            store(zip, "m/version", "10\n".getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /**
     * Returns {@code object.__new__(__torch__.NAME)} with the state {@code {"training": False}}, in pickle protocol
     * 2.
     */
    private static byte[] pickle(String name) {
        String text = "\u0080\u0002c__torch__\n" + name + "\n)\u0081}(X\u0008\0\0\0training\u0089ub.";
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void store(ZipOutputStream zip, String path, byte[] content) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(content);
        ZipEntry entry = new ZipEntry(path);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(content.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(content);
        zip.closeEntry();
    }
}

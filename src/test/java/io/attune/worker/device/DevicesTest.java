package io.attune.worker.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.attune.estimate.Kind;
import io.attune.pool.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

class DevicesTest {

    private static final long GIB = 1L << 30;
    private static final Gpus NONE = new Gpus(Map.of());

    @TempDir
    Path root;

    @Test
    void aListOfDevicesMakesASlotEachWithTheMemoryItHas() throws IOException {
        machine(16);

        Devices devices = devices("cuda:0, cuda:3,cpu", Gpus.parse("0, 81559\n3, 24576\n"));

        assertThat(devices.all())
                .containsExactly(
                        new Device("cuda:0", Kind.CUDA, (81559L - 512) << 20),
                        new Device("cuda:3", Kind.CUDA, (24576L - 512) << 20),
                        new Device("cpu", Kind.CPU, 16 * GIB - GIB - GIB / 2));
    }

    @Test
    void severalSlotsOnTheCpuShareTheMemoryThatTheServiceLeavesThem() throws IOException {
        machine(16);

        assertThat(devices("cpu:0,cpu:1", NONE).all())
                .containsExactly(
                        new Device("cpu:0", Kind.CPU, (16 * GIB - GIB - GIB / 2) / 2),
                        new Device("cpu:1", Kind.CPU, (16 * GIB - GIB - GIB / 2) / 2));
    }

    @Test
    void whatSomebodyHasSetForACpuSlotIsTaken() {
        Devices devices = Devices.of("cpu:0,cpu:1", DataSize.parse("3GB"), NONE, new MachineMemory(root), GIB);

        assertThat(devices.all()).extracting(Device::memory).containsExactly(3 * GIB, 3 * GIB);
    }

    @Test
    void autoIsEveryGpuElseTheCpu() throws IOException {
        machine(16);

        assertThat(devices("auto", Gpus.parse("0, 8192\n1, 8192\n")).names()).containsExactly("cuda:0", "cuda:1");
        assertThat(devices("auto", NONE).names()).containsExactly("cpu");
        assertThat(devices("", NONE).names()).containsExactly("cpu");
    }

    @Test
    void aGpuThatDoesNotTellItsMemoryIsLeftOut() {
        assertThat(Gpus.parse("0, [N/A]\n1, 8192\n").memory()).containsOnlyKeys(1);
    }

    @Test
    void anotherTextIsRefusedWithWhatItMayBe() {
        assertThatThrownBy(() -> devices("gpu0", NONE))
                .hasMessageContaining("ATTUNE_DEVICES")
                .hasMessageContaining("'gpu0'")
                .hasMessageContaining("cpu:N");
    }

    @Test
    void aGpuThatIsNotThereIsRefusedWithThoseThatAre() {
        assertThatThrownBy(() -> devices("cuda:1", Gpus.parse("0, 8192\n")))
                .hasMessageContaining("'cuda:1'")
                .hasMessageContaining("cuda:0");
        assertThatThrownBy(() -> devices("cuda:1", NONE)).hasMessageContaining("no GPU");
    }

    @Test
    void aMachineWithoutRoomForATrainerIsRefusedWithTheWaysOut() throws IOException {
        machine(1);

        assertThatThrownBy(() -> devices("cpu", NONE)).hasMessageContaining("ATTUNE_CPU_MEMORY");
    }

    @Test
    void aSystemThatDoesNotTellItsMemoryHasToBeTold() {
        assertThatThrownBy(() -> devices("cpu", NONE)).hasMessageContaining("ATTUNE_CPU_MEMORY");
    }

    @Test
    void aContainerOfCgroupVersion2BoundsTheMemory() throws IOException {
        machine(16);
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", 4 * GIB + "\n");

        assertThat(new MachineMemory(root).bytes()).hasValue(4 * GIB);
    }

    @Test
    void aGroupAboveBoundsTheMemoryTooAndMaxIsNoBound() throws IOException {
        machine(16);
        write("proc/self/cgroup", "0::/system.slice/attune.service\n");
        write("sys/fs/cgroup/system.slice/attune.service/memory.max", "max\n");
        write("sys/fs/cgroup/system.slice/memory.max", 6 * GIB + "\n");

        assertThat(new MachineMemory(root).bytes()).hasValue(6 * GIB);
    }

    @Test
    void aContainerOfCgroupVersion1BoundsTheMemoryThoughItsPathIsTheHosts() throws IOException {
        machine(16);
        write("proc/self/cgroup", "9:name=systemd:/\n4:hugetlb,memory:/docker/abc\n0::/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", 2 * GIB + "\n");

        assertThat(new MachineMemory(root).bytes()).hasValue(2 * GIB);
    }

    @Test
    void version1sHugeNumberAndABoundBeyondTheMachineAreNone() throws IOException {
        machine(16);
        write("proc/self/cgroup", "4:memory:/a/b\n");
        write("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", 64 * GIB + "\n");

        assertThat(new MachineMemory(root).bytes()).hasValue(16 * GIB);
    }

    @Test
    void numbersThatAreNoneAreRefusedByName() {
        assertThatThrownBy(() -> new SlotSettings("cpu", "much", "").devices())
                .hasMessageContaining("ATTUNE_CPU_MEMORY")
                .hasMessageContaining("'much'");
        assertThatThrownBy(() -> new SlotSettings("cpu", "0MB", "").devices()).hasMessageContaining("'0MB'");
        assertThatThrownBy(() -> new SlotSettings("cpu", "", "0").validations())
                .hasMessageContaining("ATTUNE_VALIDATIONS")
                .hasMessageContaining("'0'");
        assertThat(new SlotSettings("cpu", "", "3").validations()).isEqualTo(3);
        assertThat(new SlotSettings("cpu", "2GB", "").devices().all())
                .extracting(Device::memory)
                .containsExactly(2 * GIB);
    }

    private Devices devices(String setting, Gpus gpus) {
        return Devices.of(setting, null, gpus, new MachineMemory(root), GIB);
    }

    private void machine(int gib) throws IOException {
        write("proc/meminfo", "MemFree:  17 kB\nMemTotal:       " + gib * (GIB >> 10) + " kB\n");
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}

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
    void a_list_of_devices_makes_a_slot_each_with_the_memory_it_has() throws IOException {
        machine(16);

        Devices devices = devices("cuda:0, cuda:3,cpu", Gpus.parse("0, 81559\n3, 24576\n"));

        assertThat(devices.all())
                .containsExactly(
                        new Device("cuda:0", Kind.CUDA, (81559L - 512) << 20),
                        new Device("cuda:3", Kind.CUDA, (24576L - 512) << 20),
                        new Device("cpu", Kind.CPU, 16 * GIB - GIB - GIB / 2));
    }

    @Test
    void several_slots_on_the_cpu_share_the_memory_that_the_service_leaves_them() throws IOException {
        machine(16);

        assertThat(devices("cpu:0,cpu:1", NONE).all())
                .containsExactly(
                        new Device("cpu:0", Kind.CPU, (16 * GIB - GIB - GIB / 2) / 2),
                        new Device("cpu:1", Kind.CPU, (16 * GIB - GIB - GIB / 2) / 2));
    }

    @Test
    void what_somebody_has_set_for_a_cpu_slot_is_taken() {
        Devices devices = Devices.of("cpu:0,cpu:1", DataSize.parse("3GB"), NONE, new MachineMemory(root), GIB);

        assertThat(devices.all()).extracting(Device::memory).containsExactly(3 * GIB, 3 * GIB);
    }

    @Test
    void auto_is_every_gpu_else_the_cpu() throws IOException {
        machine(16);

        assertThat(devices("auto", Gpus.parse("0, 8192\n1, 8192\n")).names()).containsExactly("cuda:0", "cuda:1");
        assertThat(devices("auto", NONE).names()).containsExactly("cpu");
        assertThat(devices("", NONE).names()).containsExactly("cpu");
    }

    @Test
    void a_gpu_that_does_not_tell_its_memory_is_left_out() {
        assertThat(Gpus.parse("0, [N/A]\n1, 8192\n").memory()).containsOnlyKeys(1);
    }

    @Test
    void another_text_is_refused_with_what_it_may_be() {
        assertThatThrownBy(() -> devices("gpu0", NONE))
                .hasMessageContaining("ATTUNE_DEVICES")
                .hasMessageContaining("'gpu0'")
                .hasMessageContaining("cpu:N");
    }

    @Test
    void a_gpu_that_is_not_there_is_refused_with_those_that_are() {
        assertThatThrownBy(() -> devices("cuda:1", Gpus.parse("0, 8192\n")))
                .hasMessageContaining("'cuda:1'")
                .hasMessageContaining("cuda:0");
        assertThatThrownBy(() -> devices("cuda:1", NONE)).hasMessageContaining("no GPU");
    }

    @Test
    void a_machine_without_room_for_a_trainer_is_refused_with_the_ways_out() throws IOException {
        machine(1);

        assertThatThrownBy(() -> devices("cpu", NONE)).hasMessageContaining("ATTUNE_CPU_MEMORY");
    }

    @Test
    void a_system_that_does_not_tell_its_memory_has_to_be_told() {
        assertThatThrownBy(() -> devices("cpu", NONE)).hasMessageContaining("ATTUNE_CPU_MEMORY");
    }

    @Test
    void a_container_of_cgroup_version_2_bounds_the_memory() throws IOException {
        machine(16);
        write("proc/self/cgroup", "0::/\n");
        write("sys/fs/cgroup/memory.max", 4 * GIB + "\n");

        assertThat(new MachineMemory(root).bytes()).hasValue(4 * GIB);
    }

    @Test
    void a_group_above_bounds_the_memory_too_and_max_is_no_bound() throws IOException {
        machine(16);
        write("proc/self/cgroup", "0::/system.slice/attune.service\n");
        write("sys/fs/cgroup/system.slice/attune.service/memory.max", "max\n");
        write("sys/fs/cgroup/system.slice/memory.max", 6 * GIB + "\n");

        assertThat(new MachineMemory(root).bytes()).hasValue(6 * GIB);
    }

    @Test
    void a_container_of_cgroup_version_1_bounds_the_memory_though_its_path_is_the_hosts() throws IOException {
        machine(16);
        write("proc/self/cgroup", "9:name=systemd:/\n4:hugetlb,memory:/docker/abc\n0::/\n");
        write("sys/fs/cgroup/memory/memory.limit_in_bytes", 2 * GIB + "\n");

        assertThat(new MachineMemory(root).bytes()).hasValue(2 * GIB);
    }

    @Test
    void version_1s_huge_number_and_a_bound_beyond_the_machine_are_none() throws IOException {
        machine(16);
        write("proc/self/cgroup", "4:memory:/a/b\n");
        write("sys/fs/cgroup/memory/a/b/memory.limit_in_bytes", "9223372036854771712\n");
        write("sys/fs/cgroup/memory/a/memory.limit_in_bytes", 64 * GIB + "\n");

        assertThat(new MachineMemory(root).bytes()).hasValue(16 * GIB);
    }

    @Test
    void numbers_that_are_none_are_refused_by_name() {
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

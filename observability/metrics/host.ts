import { exportedBy, type Metric } from "./metric";

/** What node_exporter says of the host from inside a container that was given nothing of it. */
const host = exportedBy("node_exporter 1.5 and 1.12", ["host"]);
const disk = ["device", "fstype", "mountpoint"];

export const HOST: readonly Metric[] = [
  ...host.gauges([
    ["node_memory_MemTotal_bytes", "bytes", [], "Memory of the host"],
    ["node_memory_MemAvailable_bytes", "bytes", [], "Memory programs could still be given"],
    ["node_filesystem_size_bytes", "bytes", disk, "Size of the disk Docker keeps everything on"],
    ["node_filesystem_avail_bytes", "bytes", disk, "Room left on it"],
    ["node_filesystem_files", "count", disk, "Files there can be on it"],
    ["node_filesystem_files_free", "count", disk, "Files there can be in addition"],
    ["node_load1", "count", [], "Tasks that run or wait to, averaged over a minute"],
    ["node_timex_sync_status", "state", [], "1 while the clock is kept in step with others"],
    ["node_timex_offset_seconds", "seconds", [], "How far the clock is off, as far as the kernel knows"],
    ["node_boot_time_seconds", "timestamp", [], "When the host started"],
    ["node_filefd_allocated", "count", [], "Files open on the host"],
    ["node_filefd_maximum", "count", [], "Most files that may be open"],
  ]),
  ...host.counters([
    ["node_cpu_seconds_total", "seconds", ["cpu", "mode"], "Processor time by what it was used for"],
    ["node_disk_read_bytes_total", "bytes", ["device"], "Read from a device"],
    ["node_disk_written_bytes_total", "bytes", ["device"], "Written to a device"],
    ["node_disk_io_time_seconds_total", "seconds", ["device"], "Time a device was busy"],
    ["node_vmstat_oom_kill", "count", [], "Processes the kernel killed for want of memory, in any container"],
    ["node_pressure_cpu_waiting_seconds_total", "seconds", [], "Time some task waited for a processor"],
    ["node_pressure_io_stalled_seconds_total", "seconds", [], "Time all tasks waited for a disk"],
    ["node_pressure_memory_stalled_seconds_total", "seconds", [], "Time all tasks waited for memory"],
  ]),
];

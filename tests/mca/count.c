// A plugin for qemu-user that counts the instructions of the emulated program and says on standard error
// how many they were. Debian's qemu comes without qemu-plugin.h: what is used of it is declared here,
// as version 1 of the interface has it. Counts are exact for programs of one thread.
#include <inttypes.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define EXPORT __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct translation_block;
enum inline_op { kAddU64 };

void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id, void (*)(plugin_id, struct translation_block*));
void qemu_plugin_register_vcpu_tb_exec_inline(struct translation_block*, enum inline_op, void*, uint64_t);
void qemu_plugin_register_atexit_cb(plugin_id, void (*)(plugin_id, void*), void*);
size_t qemu_plugin_tb_n_insns(const struct translation_block*);

EXPORT int qemu_plugin_version = 1;

static uint64_t instructions;

static void on_translation(plugin_id id, struct translation_block* block) {
  (void)id;
  qemu_plugin_register_vcpu_tb_exec_inline(block, kAddU64, &instructions, qemu_plugin_tb_n_insns(block));
}

static void at_exit(plugin_id id, void* data) {
  (void)id;
  (void)data;
  fprintf(stderr, "instructions: %" PRIu64 "\n", instructions);
}

EXPORT int qemu_plugin_install(plugin_id id, const void* info, int argc, char** argv) {
  (void)info;
  (void)argc;
  (void)argv;
  qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
  qemu_plugin_register_atexit_cb(id, at_exit, NULL);
  return 0;
}

// Runs one recurrent cell of oneDNN 2.6 on the numbers read from stdin: record_onednn.py compiles and drives this.
//
// Input: the name of the cell, D (directions) T N (batch) SLC SIC DHC DIC, whether there are peepholes and a
// projection, then the arrays in the order below, without those that are left out. Output: the version, then dst_layer,
// dst_iter and dst_iter_c, one number after the other.
#include <cstdio>
#include <iostream>
#include <string>
#include <unordered_map>
#include <vector>

#include <dnnl.hpp>

using namespace dnnl;
using dims = memory::dims;
using tag = memory::format_tag;

static const engine cpu(engine::kind::cpu, 0);

static memory::desc described(const dims &shape, tag format) {
    return {shape, memory::data_type::f32, format};
}

static memory reserved(const memory::desc &shape) {
    return shape.data.ndims ? memory(shape, cpu) : memory();
}

static long size(const memory &array) { return static_cast<long>(array.get_desc().get_size() / sizeof(float)); }

static void read(memory &array) {
    auto *numbers = static_cast<float *>(array.get_data_handle());
    for (long i = 0; i < size(array); ++i) std::cin >> numbers[i];
}

static void print(const memory &array) {
    const auto *numbers = static_cast<const float *>(array.get_data_handle());
    for (long i = 0; i < size(array); ++i) std::printf("%.9g\n", numbers[i]);
}

int main() {
    std::string cell;
    long D, T, N, SLC, SIC, DHC, DIC;
    bool peephole, projection;
    std::cin >> cell >> D >> T >> N >> SLC >> SIC >> DHC >> DIC >> peephole >> projection;
    const bool lstm = cell == "lstm";
    const long G = lstm ? 4 : cell == "vanilla_rnn" ? 1 : 3, biases = cell == "lbr_gru" ? 4 : G;
    const auto direction
            = D == 2 ? rnn_direction::bidirectional_concat : rnn_direction::unidirectional_left2right;
    const auto kind = prop_kind::forward_inference;
    const memory::desc none;

    const auto src_layer = described({T, N, SLC}, tag::tnc), src_iter = described({1, D, N, SIC}, tag::ldnc),
               src_iter_c = lstm ? described({1, D, N, DHC}, tag::ldnc) : none,
               weights_layer = described({1, D, SLC, G, DHC}, tag::ldigo),
               weights_iter = described({1, D, SIC, G, DHC}, tag::ldigo),
               weights_peephole = peephole ? described({1, D, 3, DHC}, tag::ldgo) : none,
               weights_projection = projection ? described({1, D, DHC, DIC}, tag::ldio) : none,
               bias = described({1, D, biases, DHC}, tag::ldgo), dst_layer = described({T, N, D * DIC}, tag::tnc),
               dst_iter = described({1, D, N, DIC}, tag::ldnc), dst_iter_c = src_iter_c;

    std::unordered_map<int, memory> arrays;
    const std::vector<std::pair<int, memory::desc>> given = {{DNNL_ARG_SRC_LAYER, src_layer},
            {DNNL_ARG_SRC_ITER, src_iter}, {DNNL_ARG_SRC_ITER_C, src_iter_c},
            {DNNL_ARG_WEIGHTS_LAYER, weights_layer}, {DNNL_ARG_WEIGHTS_ITER, weights_iter},
            {DNNL_ARG_WEIGHTS_PEEPHOLE, weights_peephole}, {DNNL_ARG_WEIGHTS_PROJECTION, weights_projection},
            {DNNL_ARG_BIAS, bias}};
    const std::vector<std::pair<int, memory::desc>> wanted = {{DNNL_ARG_DST_LAYER, dst_layer},
            {DNNL_ARG_DST_ITER, dst_iter}, {DNNL_ARG_DST_ITER_C, dst_iter_c}};
    for (const auto &[name, shape] : given)
        if (shape.data.ndims) read(arrays[name] = reserved(shape));
    for (const auto &[name, shape] : wanted)
        if (shape.data.ndims) arrays[name] = reserved(shape);

    primitive run;
    if (lstm) {
        lstm_forward::desc d(kind, direction, src_layer, src_iter, src_iter_c, weights_layer, weights_iter,
                weights_peephole, weights_projection, bias, dst_layer, dst_iter, dst_iter_c);
        run = lstm_forward({d, cpu});
    } else if (cell == "gru") {
        gru_forward::desc d(kind, direction, src_layer, src_iter, weights_layer, weights_iter, bias, dst_layer, dst_iter);
        run = gru_forward({d, cpu});
    } else if (cell == "lbr_gru") {
        lbr_gru_forward::desc d(
                kind, direction, src_layer, src_iter, weights_layer, weights_iter, bias, dst_layer, dst_iter);
        run = lbr_gru_forward({d, cpu});
    } else {
        vanilla_rnn_forward::desc d(kind, algorithm::eltwise_tanh, direction, src_layer, src_iter, weights_layer,
                weights_iter, bias, dst_layer, dst_iter);
        run = vanilla_rnn_forward({d, cpu});
    }
    stream queue(cpu);
    run.execute(queue, arrays);
    queue.wait();

    std::printf("%d.%d.%d\n", version()->major, version()->minor, version()->patch);
    for (const auto &[name, shape] : wanted)
        if (shape.data.ndims) print(arrays[name]);
}

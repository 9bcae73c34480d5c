// Texts, and what TensorFlow Text 2.21's FastSentencepieceTokenizer makes of them with the models in
// testdata/: `plain` and `keep` differ in the space before a text and in keeping spaces. The models
// have 100 pieces, trained by SentencePiece 0.1.99 and converted by TensorFlow Text; their normalizer
// knows tabs, a ligature, wide and large letters, an ellipsis and soft hyphens.
#pragma once

#include <string>
#include <vector>

namespace samara::testing {

inline const std::vector<std::string> kTexts = {
    "",
    "the house",
    "  The   house\t runs. ",
    "a",
    "Answer: 42!",
    "gr\303\274\303\237e aus k\303\266ln",
    "\346\227\245\346\234\254\350\252\236 \343\201\256 \346\226\207",
    "unbekannt \342\234\223\342\234\223 xyz",
    "\302\255\302\255soft\302\255hyphen",
    "\357\254\201ne \357\274\241a\342\200\246",
    "   ",
    " ",
    "\n\r\t x\ny",
    "the the the the the thethethe",
    "without between_under",
    "\342\226\201 already",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    "na\303\257ve caf\303\251",
    "B B b"};
inline const std::vector<std::vector<int>> kPlain = {
    {},
    {42, 15},
    {47, 0, 93, 51, 15, 10, 5},
    {6},
    {41, 0, 47, 59, 57, 3},
    {78, 71, 67, 51, 6, 77, 79, 70, 66, 50},
    {47, 74, 75, 76, 47, 72, 47, 73},
    {47, 54, 50, 84, 51, 89, 48, 50, 50, 96, 47, 0, 47, 0, 86, 0},
    {47, 98, 97, 64, 96, 93, 86, 90, 93, 51, 50},
    {47, 64, 95, 50, 51, 47, 0, 48, 5, 5, 5},
    {},
    {},
    {47, 0, 47, 86},
    {42, 42, 42, 42, 42, 42, 96, 93, 51, 96, 93, 51},
    {14, 34, 0, 54, 50, 91, 51, 99},
    {47, 47, 6, 66, 99, 51, 48, 91, 86},
    {47, 0},
    {47, 50, 48, 69, 82, 80, 48, 64, 49},
    {47, 84, 47, 84, 47, 84}};
inline const std::vector<std::vector<int>> kKeep = {
    {},
    {74, 71, 48, 30},
    {3, 3, 0, 71, 48, 3, 3, 30, 3, 7, 6, 3},
    {49},
    {49, 51, 76, 72, 48, 90, 0, 3, 81, 79, 4},
    {70, 90, 77, 91, 48, 8, 50, 76, 3, 67, 94, 89, 51},
    {97, 98, 99, 3, 95, 3, 96},
    {50, 51, 62, 48, 67, 49, 51, 51, 74, 3, 0, 3, 0, 64, 0},
    {76, 75, 87, 74, 71, 64, 68, 71, 48, 51},
    {87, 73, 51, 48, 3, 0, 49, 6, 6, 6},
    {3, 3, 3},
    {3},
    {3, 3, 3, 3, 0, 3, 64},
    {74, 71, 48, 37, 37, 37, 37, 37, 74, 71, 48, 74, 71, 48},
    {72, 73, 74, 71, 75, 50, 74, 32, 0, 50, 51, 69, 48, 90},
    {3, 8, 89, 90, 48, 49, 69, 64},
    {0},
    {51, 49, 93, 52, 48, 3, 65, 49, 87, 61},
    {62, 3, 62, 3, 62}};
inline const std::vector<std::string> kPlainBack = {
    "",
    "the house",
    " \342\201\207 he house runs.",
    "a",
    "answer \342\201\207  42!",
    "gr\303\274\303\237e aus k\303\266ln",
    "\346\227\245\346\234\254\350\252\236 \343\201\256 \346\226\207",
    "unbekannt  \342\201\207   \342\201\207 y \342\201\207 ",
    "softhyphen",
    "fine  \342\201\207 a...",
    "",
    "",
    " \342\201\207  y",
    "the the the the the thethethe",
    "without between \342\201\207 under",
    "  already",
    " \342\201\207 ",
    "na\303\257ve caf\303\251",
    "b b b"};

}  // namespace samara::testing

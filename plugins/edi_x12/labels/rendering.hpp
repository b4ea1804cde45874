// From SVG to what printers and people take: PNG and PDF, by librsvg and cairo.
#pragma once

#include <string>
#include <vector>

namespace crossdock::edi::labels {

// Throws std::runtime_error where the drawing cannot be rendered. `dots_per_mm`: 8 is 203 dpi.
std::string to_png(const std::string& svg, int dots_per_mm);

// One page for each drawing, of the label's size.
std::string to_pdf(const std::vector<std::string>& svgs);

}  // namespace crossdock::edi::labels

#include "plugins/edi_x12/labels/rendering.hpp"

#include <cairo-pdf.h>
#include <cairo.h>
#include <librsvg/rsvg.h>

#include <cmath>
#include <memory>
#include <stdexcept>

#include "plugins/edi_x12/labels/drawing.hpp"

namespace crossdock::edi::labels {
namespace {

struct FreeSurface {
  void operator()(cairo_surface_t* one) const { cairo_surface_destroy(one); }
};
struct FreeContext {
  void operator()(cairo_t* one) const { cairo_destroy(one); }
};
struct FreeObject {
  void operator()(RsvgHandle* one) const { g_object_unref(one); }
};
using Surface = std::unique_ptr<cairo_surface_t, FreeSurface>;
using Context = std::unique_ptr<cairo_t, FreeContext>;

constexpr double kPoints = 72 / 25.4;  // in a millimetre

cairo_status_t append(void* into, const unsigned char* data, unsigned size) {
  static_cast<std::string*>(into)->append(reinterpret_cast<const char*>(data), size);
  return CAIRO_STATUS_SUCCESS;
}

void paint(const std::string& svg, cairo_t* context, double width, double height) {
  GError* error = nullptr;
  const std::unique_ptr<RsvgHandle, FreeObject> handle(
      rsvg_handle_new_from_data(reinterpret_cast<const guint8*>(svg.data()), svg.size(), &error));
  const RsvgRectangle viewport{0, 0, width, height};
  if (handle == nullptr ||
      rsvg_handle_render_document(handle.get(), context, &viewport, &error) == 0) {
    const std::string reason = error == nullptr ? "no reason given" : error->message;
    g_clear_error(&error);
    throw std::runtime_error("the label cannot be rendered: " + reason);
  }
}

void check(cairo_status_t status) {
  if (status != CAIRO_STATUS_SUCCESS) {
    throw std::runtime_error(std::string("the label cannot be rendered: ") +
                             cairo_status_to_string(status));
  }
}

}  // namespace

std::string to_png(const std::string& svg, int dots_per_mm) {
  // Scaled by whole dots, so that every bar has edges on dots; a part of a dot at the right and
  // lower edge is left white.
  const double width = kWidth * dots_per_mm;
  const double height = kHeight * dots_per_mm;
  const Surface surface(cairo_image_surface_create(
      CAIRO_FORMAT_RGB24, static_cast<int>(std::ceil(width)), static_cast<int>(std::ceil(height))));
  const Context context(cairo_create(surface.get()));
  cairo_set_source_rgb(context.get(), 1, 1, 1);
  cairo_paint(context.get());
  paint(svg, context.get(), width, height);
  std::string out;
  check(cairo_surface_write_to_png_stream(surface.get(), append, &out));
  return out;
}

std::string to_pdf(const std::vector<std::string>& svgs) {
  std::string out;
  {
    const Surface surface(
        cairo_pdf_surface_create_for_stream(append, &out, kWidth * kPoints, kHeight * kPoints));
    const Context context(cairo_create(surface.get()));
    for (const auto& svg : svgs) {
      paint(svg, context.get(), kWidth * kPoints, kHeight * kPoints);
      cairo_show_page(context.get());
    }
    check(cairo_status(context.get()));
    cairo_surface_finish(surface.get());
    check(cairo_surface_status(surface.get()));
  }
  return out;
}

}  // namespace crossdock::edi::labels

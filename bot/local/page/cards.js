// Blocks that frame other things: cards, a carousel of them, videos, calls, sign-ins. Nothing is fetched: a box says what is there.
// https://docs.slack.dev/reference/block-kit/blocks/card-block and its neighbours

import { el, isolated, link } from "./dom.js";
import { drawElement } from "./elements.js";
import { plain, textObject } from "./mrkdwn.js";

// https://docs.slack.dev/reference/block-kit/composition-objects/slack-icon-object
const ICONS = Object.fromEntries(`archive 🗄 book 📖 bookmark 🔖 bot 🤖 bug 🐛 calendar 📅 call 📞 caret-left ◂ caret-right ▸ check ✓ clipboard 📋 code ⌨ comment 💬 compass 🧭
copy ⧉ cube ◫ download ⤓ edit ✎ email ✉ eye-closed ◡ eye-open 👁 file 📄 flag ⚑ folder 📁 gear ⚙ globe 🌐 heart ♥ help ? image 🖼 info ℹ key 🔑 lightbulb 💡 link 🔗 map 🗺
mobile 📱 new-window ⧉ pin 📌 plus + refine ≡ refresh ↻ rocket 🚀 save 💾 screen 🖥 share ↗ sparkle ✨ star ☆ star-filled ★ tag 🏷 thumbs-down 👎 thumbs-up 👍 trash 🗑 upload ⤒ user 👤 warning ⚠`
  .trim().split(/\s+/).reduce((pairs, word, at, words) => (at % 2 ? pairs : [...pairs, [word, words[at + 1]]]), []));

const sign = ({ name }) => el("span", { class: "card-icon", role: "img", "aria-label": String(name) }, Object.hasOwn(ICONS, name) ? ICONS[name] : "◆");

const shown = (name, object, world) => object && el("div", { class: name }, textObject(object, world));

/** A card, alone or in the carousel `outer`: what is pressed in it belongs to the block that stands in the message. */
export function card(block, scene, outer = block) {
  const { world } = scene;
  const icon = block.icon ? drawElement({ ...block.icon, type: "image" }, outer, scene) : block.slack_icon ? sign(block.slack_icon) : null;
  return el("div", { class: "card", role: "group", "aria-label": plain(block.title ?? block.body ?? "Card") },
    block.hero_image && el("div", { class: "hero" }, drawElement({ ...block.hero_image, type: "image" }, outer, scene)),
    (icon || block.title || block.subtitle) && el("div", { class: "card-head" }, icon, el("div", {}, shown("card-title", block.title, world), shown("hint", block.subtitle, world))),
    shown("text", block.body, world), shown("hint", block.subtext, world),
    block.actions?.length > 0 && el("div", { class: "actions" }, block.actions.map((element) => drawElement(element, outer, scene))));
}

/** Cards side by side, in a box that scrolls. */
export function carousel(block, scene) {
  return el("div", { class: "carousel", role: "region", "aria-label": "Carousel", tabIndex: 0 }, (block.elements ?? []).map((one) => card(one, scene, block)));
}

/** A video is a box with its title, who made it, and a link to it. */
export function video(block) {
  const title = isolated(plain(block.title));
  return el("div", { class: "video" },
    el("div", { class: "card-head" }, el("span", { class: "card-icon", role: "img", "aria-label": "video" }, "🎬"), el("div", {},
      el("div", { class: "card-title" }, link(block.title_url ?? block.video_url, {}, title)),
      el("div", { class: "hint" }, isolated([block.provider_name, block.author_name].filter(Boolean).join(" · "))))),
    block.description && el("div", { class: "text" }, isolated(plain(block.description))),
    el("div", { class: "hint" }, isolated(String(block.alt_text ?? ""))));
}

/** A call: what Slack adds to the block when a message is read may name it. */
export function call(block) {
  const { name, join_url: address } = block.call?.v1 ?? {};
  return el("div", { class: "video" }, el("div", { class: "card-head" }, el("span", { class: "card-icon", role: "img", "aria-label": "call" }, "📞"),
    el("div", {}, el("div", { class: "card-title" }, isolated(String(name ?? "Call"))), el("div", { class: "hint" }, isolated(String(block.call_id ?? "")))), address && link(address, { class: "button outward" }, "Join")));
}

/** An account elsewhere that is connected or not. */
export function provider(block, scene) {
  const address = block.is_connected ? block.disconnect_url : block.auth_url;
  return el("div", { class: "video" }, el("div", { class: "card-head" }, el("div", { class: "provider" },
    el("div", { class: "card-title" }, isolated(plain(block.name)), " ", el("span", { class: "tag" }, block.is_connected ? "connected" : "not connected")),
    block.description && el("div", {}, isolated(plain(block.description))),
    el("div", { class: "hint" }, isolated([block.connected_identity, block.connected_context].filter(Boolean).map(plain).join(" · ")))),
  address && link(address, { class: "button outward" }, block.is_connected ? "Disconnect" : "Connect"),
  block.accessory && drawElement(block.accessory, block, scene)));
}

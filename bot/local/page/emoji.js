// The emoji names that are drawn as emoji; every other :name: stays as it is typed.

const NAMES = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 wave 👋 eyes 👀 raised_hand ✋ pray 🙏 clap 👏 ok_hand 👌 point_right 👉 muscle 💪
white_check_mark ✅ heavy_check_mark ✔️ ballot_box_with_check ☑️ x ❌ negative_squared_cross_mark ❎ heavy_minus_sign ➖ heavy_plus_sign ➕
question ❓ grey_question ❔ exclamation ❗ grey_exclamation ❕ bangbang ‼️ information_source ℹ️ warning ⚠️ no_entry ⛔ no_entry_sign 🚫 octagonal_sign 🛑
red_circle 🔴 large_orange_circle 🟠 large_yellow_circle 🟡 large_green_circle 🟢 large_blue_circle 🔵 large_purple_circle 🟣 large_brown_circle 🟤
white_circle ⚪ black_circle ⚫ large_red_square 🟥 large_orange_square 🟧 large_yellow_square 🟨 large_green_square 🟩 large_blue_square 🟦
white_large_square ⬜ black_large_square ⬛ small_red_triangle 🔺 small_red_triangle_down 🔻 small_blue_diamond 🔹 small_orange_diamond 🔸 radio_button 🔘
rotating_light 🚨 bell 🔔 no_bell 🔕 mega 📣 loudspeaker 📢 fire 🔥 zap ⚡ boom 💥 skull 💀 skull_and_crossbones ☠️ ghost 👻 bug 🐛 spider 🕷️
lock 🔒 unlock 🔓 key 🔑 old_key 🗝️ shield 🛡️ closed_lock_with_key 🔐 detective 🕵️ sleuth_or_spy 🕵️ police_car 🚓 robot_face 🤖 alien 👽
mag 🔍 mag_right 🔎 microscope 🔬 link 🔗 paperclip 📎 pushpin 📌 round_pushpin 📍 bookmark 🔖 label 🏷️ memo 📝 pencil2 ✏️ clipboard 📋
page_facing_up 📄 page_with_curl 📃 file_folder 📁 open_file_folder 📂 card_index 📇 scroll 📜 book 📖 books 📚 newspaper 📰 package 📦 inbox_tray 📥 outbox_tray 📤
floppy_disk 💾 wastebasket 🗑️ computer 💻 desktop_computer 🖥️ globe_with_meridians 🌐 earth_africa 🌍 earth_americas 🌎 earth_asia 🌏 cloud ☁️ satellite 📡
bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 calendar 📆 date 📅 spiral_calendar_pad 🗓️ moneybag 💰 dollar 💵 bulb 💡
hourglass ⌛ hourglass_flowing_sand ⏳ stopwatch ⏱️ timer_clock ⏲️ alarm_clock ⏰ clock1 🕐 clock3 🕒 clock9 🕘 clock12 🕛 watch ⌚ zzz 💤 sleeping 😴
repeat 🔁 arrows_counterclockwise 🔄 arrows_clockwise 🔃 rewind ⏪ fast_forward ⏩ arrow_forward ▶️ double_vertical_bar ⏸️ black_square_for_stop ⏹️ recycle ♻️
arrow_up ⬆️ arrow_down ⬇️ arrow_left ⬅️ arrow_right ➡️ arrow_upper_right ↗️ arrow_lower_right ↘️ leftwards_arrow_with_hook ↩️ arrow_right_hook ↪️
wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ gear ⚙️ nut_and_bolt 🔩 construction 🚧 rocket 🚀 airplane ✈️ door 🚪 seedling 🌱 house 🏠 office 🏢
bust_in_silhouette 👤 busts_in_silhouette 👥 speech_balloon 💬 thought_balloon 💭 incoming_envelope 📨 email 📧 envelope ✉️ telephone_receiver 📞
tada 🎉 star ⭐ star2 🌟 sparkles ✨ trophy 🏆 dart 🎯 checkered_flag 🏁 triangular_flag_on_post 🚩 white_flag 🏳️ 100 💯 ok 🆗 new 🆕 sos 🆘
slightly_smiling_face 🙂 smile 😄 grinning 😀 thinking_face 🤔 neutral_face 😐 confused 😕 scream 😱 sweat_smile 😅 shrug 🤷 see_no_evil 🙈 heart ❤️ coffee ☕
one 1️⃣ two 2️⃣ three 3️⃣ four 4️⃣ five 5️⃣ six 6️⃣ seven 7️⃣ eight 8️⃣ nine 9️⃣ keycap_ten 🔟`;

const words = NAMES.trim().split(/\s+/);
const EMOJI = new Map(words.flatMap((word, at) => (at % 2 === 0 ? [[word, words[at + 1]]] : [])));

/** The character of an emoji name, or null. */
export function emoji(name) {
  return EMOJI.get(name) ?? null;
}

/** Text with every known :name: replaced. */
export function withEmoji(text) {
  return text.replace(/:([a-z0-9_+-]{1,50}):/g, (whole, name) => emoji(name) ?? whole);
}

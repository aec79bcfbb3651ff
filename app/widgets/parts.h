// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/widgets/icons.h"
#include "app/widgets/theme.h"

#include <QFrame>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>
#include <QVBoxLayout>

class QAction;
class QLineEdit;
class QScrollArea;

namespace nephele {

class ElidedLabel;
class Paragraph;

// The small parts every pane is put together from. The functions return widgets without a parent: the layout
// they are added to gives them one.

enum class Tone { Text, Muted, Faint, Accent, Ok, Warn, Error, Busy };
QLabel *makeLabel(const QString &text, Type type = Type::Body, Tone tone = Tone::Text);
// One line that is cut with an ellipsis before anything beside it is pushed out.
ElidedLabel *makeElided(const QString &text, Type type = Type::Body, Tone tone = Tone::Text);
// Wrapped to the width it is given and as high as its words then need.
Paragraph *makeParagraph(const QString &text, Type type = Type::Body, Tone tone = Tone::Text);
void setTone(QWidget *label, Tone tone);

// Primary: one in sight. Quiet: secondary ones in bars. Link: inside cards. Danger: only inside a
// confirmation.
enum class ButtonKind { Plain, Primary, Quiet, Link, Danger, Segment, Chip };
QPushButton *makeButton(
    const QString &text, ButtonKind kind = ButtonKind::Plain, const QString &iconName = QString());
// The tip is the accessible name as well; an icon never stands alone without one.
QToolButton *makeToolButton(const QString &iconName, const QString &tip);
// A button that shows and does an action: its words, icon, tip and whether it may be pressed. The action is
// kept by whoever made it. An icon of the action is expected to come from icon(name, Ink::Text).
QPushButton *makeActionButton(QAction *action, ButtonKind kind = ButtonKind::Plain);
void bindAction(QPushButton *button, QAction *action);

// A filter that may be combined with others; carries its count ("Running 7").
QPushButton *makeChip(const QString &text);
// The field above a list. It has the object name "filter", which Ctrl+F looks for.
QLineEdit *makeFilterField(const QString &placeholder);

enum class Ground { Sunken, Surface, Raised, Card, Warn, Error, Accent, Key, Segments };
QFrame *makeGround(Ground ground);
void setGround(QWidget *frame, Ground ground);
QFrame *makeRule(Qt::Orientation orientation = Qt::Horizontal);
QFrame *makeKeyCap(const QString &keys); // "Ctrl K"

// Scrolls up and down only. The content must adapt to any width from its minimum on: what is wider is cut
// without a word, so its minimum width is the area's as well.
QScrollArea *makeScrolled(QWidget *content);

QVBoxLayout *makeColumn(QWidget *widget = nullptr, int margin = 0, int spacing = 0);
QHBoxLayout *makeRow(QWidget *widget = nullptr, int margin = 0, int spacing = metric::gapSmall);

// A property that the stylesheet looks at has changed; setting it alone brings no new rule.
void restyle(QWidget *widget);

} // namespace nephele
